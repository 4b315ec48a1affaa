import { RawConnection } from "../raw-http";
import { type RunningServer, UNREACHED_LIMITS } from "../server";

/** Targets that an HTTP client would refuse to send, or change. */
const TARGETS = [
  ..."/%ff,/%,/%e0%a4%a,/%00,//,//[,///readings,*,?,/?%ff,/readings?%,/%2e%2e/%ff,/vitals/%ff,/vitals/%2f".split(
    ",",
  ),
  ..."http://evil.example/readings,http://[/,http://a:99999/%ff,https://evil.example,javascript:alert(1)".split(
    ",",
  ),
  ..."/admin/profiling%ff,/admin/%70rofiling,//[/admin/profiling,/login.data?%ff,/\u00ff,/a\u0080b,/;/../%ff".split(
    ",",
  ),
  `/${"a".repeat(60_000)}`,
  `/${"%ff".repeat(20_000)}`,
  `/${"../".repeat(20_000)}%`,
  `/readings?${"%".repeat(60_000)}`,
];

/** Headers that may make a listener throw: odd, doubled, contradictory, or named like properties of objects. */
const HEADERS = [
  "",
  "Host:",
  "Host: [::1\r\nHost: a",
  "__proto__: a\r\n__proto__: b",
  "constructor: a\r\nconstructor: b",
  "X-Forwarded-For: ::ffff:999.1.1.1%0, [::1]:x, 1.2.3.4:99999, fe80::1%eth0",
  "X-Forwarded-For: ::1\r\nX-Forwarded-For: \u00ff\u0080,,,",
  "X-Forwarded-For: 1:2:3:4:5:6:7::, ::1.2.3.4, 1::, ::",
  "X-Forwarded-Proto: https,\r\nX-Forwarded-Host: a\u00ff, b\r\nX-Forwarded-Prefix: /%ff",
  "X-Client-Address: \u00ff\r\nX-Base-Path: //evil.example\r\nX-Script-Path: \u00ff",
  "Origin: \u00ff\u0080\r\nOrigin: null",
  "Content-Length: 0\r\nContent-Length: 0",
  "Content-Length: 18446744073709551615",
  "Content-Length: 1e5",
  "Content-Length: -1",
  "Content-Length: 5\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
  "Transfer-Encoding: chunked\r\n\r\n0\r\n__proto__: a\r\n",
  "Expect: 100-continue\r\nContent-Length: 2",
  "Expect: nothing",
  "Upgrade: websocket\r\nConnection: upgrade",
  "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings",
  "Cookie: \u00ff=%ff; =; __proto__=a",
  "Authorization: \u00ff",
  "Remote-User: a\r\nRemote-User: b",
];

const METHODS = ["GET", "POST", "OPTIONS", "HEAD", "TRACE", "CONNECT", "PRI", "get"];

/** The environment of a server that has these headers in use, and the gate of limits before its application. */
export const FUZZED_SERVER = {
  ...UNREACHED_LIMITS,
  TRUST_PROXY: "loopback",
  PROXY_USER_HEADER: "remote-user",
};

/** Every target with two sets of headers, every set of headers with two targets, and each method. */
function rawRequests(): string[] {
  const of = (method: string, target: string, headers: string, version = "HTTP/1.1"): string =>
    [
      `${method} ${target} ${version}`,
      ...(headers === "" ? [] : [headers]),
      "Connection: close",
      "",
      "{}",
    ].join("\r\n");
  return [
    ...TARGETS.flatMap((target) => [
      of("GET", target, "Host: a"),
      of("POST", target, "Host: a\r\nContent-Length: 2"),
    ]),
    ...HEADERS.flatMap((headers) => [
      of("POST", "/readings", headers),
      of("GET", "/vitals/%ff", headers, "HTTP/1.0"),
    ]),
    ...METHODS.map((method) => of(method, "/readings", "Host: a")),
    "\u0016\u0003\u0001\u0002\u0000",
    "GET",
    "\r\n\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
  ];
}

/**
 * Sends requests as bytes, one after the other, and checks that the server lives after each.
 * @returns the faults, each with the request that shows it
 */
export async function sendRawRequests(server: RunningServer): Promise<string[]> {
  const faults: string[] = [];
  for (const request of rawRequests()) {
    const connection = await RawConnection.open(server.port);
    connection.socket.end(Buffer.from(request, "latin1"));
    const answer = await connection.closed();
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
    if (status >= 500 && status !== 503) faults.push(`status ${status}: ${request.slice(0, 300)}`);
  }
  await server.healthy();
  return faults;
}
