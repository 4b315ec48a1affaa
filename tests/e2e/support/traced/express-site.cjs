// @ts-check
// An Express server with a route in Express's notation on each page. Started with the preload telemetry.cjs.
const { setTimeout: pause } = require("node:timers/promises");
const express = require("express");

const { VITALS_URL: vitals } = process.env;

/** @param {string} route */
const html = (route) => `<!doctype html><html lang="en"><title>${route}</title><link rel="icon" href="data:,">
<script async src="${vitals}" data-build-version="2.4.1" data-route="${route}"></script><h1>${route}</h1></html>`;

/**
 * @param {string} prefix
 * @returns {(request: { route: { path: string } }, response: { send: (html: string) => void }) => Promise<void>}
 */
const page = (prefix) => async (request, response) => {
  await pause(30);
  response.send(html(prefix + (request.route.path === "/" && prefix !== "" ? "" : request.route.path)));
};

const workspace = express.Router();
workspace.get("/", page("/workspace"));
workspace.get("/new", page("/workspace"));
workspace.get("/:id", page("/workspace"));

const app = express();
app.get("/", page(""));
app.get("/about", page(""));
app.use("/workspace", workspace);
app.get("/docs/*", page(""));
// Slow as well: a search by duration would leave out what Express answers by itself.
app.use(async (_request, response) => {
  await pause(30);
  response.sendStatus(404);
});
app.listen(0, "127.0.0.1");
