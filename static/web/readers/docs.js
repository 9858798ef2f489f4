// Swagger UI. Its validator badge would ask another host.
import { place, schema, token } from "./page.js";

window.SwaggerUIBundle({
  url: schema,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  requestInterceptor(request) {
    request.headers["X-CSRFToken"] = token();
    return request;
  },
});
