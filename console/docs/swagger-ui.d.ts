/** What of Swagger UI is used; the package has no types. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface SwaggerRequest {
    headers: Record<string, string>;
  }
  export default function SwaggerUI(options: {
    domNode: HTMLElement;
    spec: unknown;
    validatorUrl: null;
    requestInterceptor: (request: SwaggerRequest) => SwaggerRequest;
  }): void;
}
