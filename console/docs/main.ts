/** The page of the API's description: Swagger UI over /openapi.json, from this server alone. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import { credentialHeaders, forgetCredential } from "../identity/credential.ts";
import { makeKeyForm } from "../identity/key-form.ts";
import "./page.css";

const place = document.getElementById("docs")!;

async function show(): Promise<void> {
  const answer = await fetch("/openapi.json", { headers: credentialHeaders() });
  if (!answer.ok) {
    const { error } = await answer.json().catch(() => ({}));
    forgetCredential();
    place.replaceChildren(makeKeyForm(error?.message ?? `The server answered ${answer.status}.`, show));
    return;
  }
  SwaggerUI({
    domNode: place,
    spec: await answer.json(),
    validatorUrl: null, // would ask a server of Swagger's
    requestInterceptor: (request) => {
      Object.assign(request.headers, credentialHeaders());
      return request;
    },
  });
}

show();
