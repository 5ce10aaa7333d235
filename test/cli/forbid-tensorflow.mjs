// Preloaded with `node --import`: any attempt to load TensorFlow, required or imported, ends the process with
// a message that says so.
import Module, { register } from "node:module";

const MESSAGE = "TensorFlow was asked for: ";

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (request.includes("@tensorflow")) throw new Error(MESSAGE + request);
  return resolveFilename.call(this, request, ...rest);
};

register(
  `data:text/javascript,export async function resolve(specifier, context, next) {
    if (specifier.includes("@tensorflow")) throw new Error(${JSON.stringify(MESSAGE)} + specifier);
    return next(specifier, context);
  }`,
);
