/** The page of the API's description: Swagger UI over /openapi.json, from this server alone. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import { credentialHeaders } from "../identity/credential.ts";
import { fetchWithCredential, readRefusal } from "../identity/index.ts";
import { makeKeyForm } from "../identity/key-form.ts";
import "./page.css";

const place = document.getElementById("docs")!;

async function show(): Promise<void> {
  const answer = await fetchWithCredential("/openapi.json");
  if (!answer.ok) {
    place.replaceChildren(makeKeyForm(await readRefusal(answer), show));
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
