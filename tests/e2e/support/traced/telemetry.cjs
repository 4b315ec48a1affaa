// @ts-check
// Preloaded by the traced sites: every span goes to OTLP_URL at once, and the parent process receives the port. A message
// of the parent is answered when all spans that have ended until then have arrived.
const { Server } = require("node:net");
const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-http");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { resourceFromAttributes } = require("@opentelemetry/resources");
const { NodeTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-node");

const { OTLP_URL: url, SERVICE_NAME: name } = process.env;

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": name ?? "", "service.version": "2.4.1" }),
  spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url }))],
});
provider.register();
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()] });

const { listen } = Server.prototype;
/** @this {import("node:net").Server} @param {unknown[]} args */
Server.prototype.listen = function (...args) {
  this.once("listening", () => process.send?.(this.address()));
  return Reflect.apply(listen, this, args);
};
process.on("message", () => provider.forceFlush().then(() => process.send?.("flushed")));
process.once("disconnect", () => process.exit());
