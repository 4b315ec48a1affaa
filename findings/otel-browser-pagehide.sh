#!/usr/bin/env bash
# OpenTelemetry's browser BatchLogRecordProcessor means to flush on `pagehide`, for Safari, but listens on `document`.
# `pagehide` is fired at the window and does not reach the document, so that fallback never runs.
# https://html.spec.whatwg.org/multipage/document-lifecycle.html#unloading-documents
# Exits with 1 when the listener is where the event is fired.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/sdk-logs@0.222.0 @opentelemetry/api@1.9.1
cat >check.cjs <<'EOF'
const listeners = [];
const recorder = (name) => ({
  visibilityState: "visible",
  addEventListener: (type) => listeners.push(`${name}: ${type}`),
  removeEventListener() {},
});
globalThis.document = recorder("document");
globalThis.window = recorder("window");
const root = require.resolve("@opentelemetry/sdk-logs/package.json").replace(/package\.json$/, "");
const { BatchLogRecordProcessor } = require(`${root}build/src/platform/browser`);
new BatchLogRecordProcessor({ exporter: { export() {}, shutdown: async () => {} } });
console.log("@opentelemetry/sdk-logs", require(`${root}package.json`).version);
console.log(listeners.join("\n"));
process.exit(listeners.includes("document: pagehide") && !listeners.includes("window: pagehide") ? 0 : 1);
EOF
node check.cjs
