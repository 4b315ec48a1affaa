import { describe, expect, it } from "vitest";
import { withoutQueries } from "../../../app/observability/without-queries";

describe("withoutQueries", () => {
  it("removes query and fragment of every URL", () => {
    const item = {
      type: "event",
      payload: { attributes: { name: "https://vitals.example/admin?route=%2Fsecret#x", duration: "12" } },
      meta: {
        page: { url: "http://127.0.0.1:3000/admin/performance?release=2.4.1", id: "/admin/performance" },
      },
    };
    expect(withoutQueries(item)).toEqual({
      type: "event",
      payload: { attributes: { name: "https://vitals.example/admin", duration: "12" } },
      meta: { page: { url: "http://127.0.0.1:3000/admin/performance", id: "/admin/performance" } },
    });
  });

  it("removes the query attributes of spans", () => {
    const span = {
      attributes: [
        { key: "url.full", value: { stringValue: "https://vitals.example/api?range=7d" } },
        { key: "url.query", value: { stringValue: "range=7d" } },
        { key: "url.path", value: { stringValue: "/api" } },
      ],
    };
    expect(withoutQueries({ resourceSpans: [span] })).toEqual({
      resourceSpans: [
        {
          attributes: [
            { key: "url.full", value: { stringValue: "https://vitals.example/api" } },
            { key: "url.path", value: { stringValue: "/api" } },
          ],
        },
      ],
    });
    expect(withoutQueries({ "http.query": "a", n: 1 })).toEqual({ n: 1 });
  });

  it("changes nothing else", () => {
    const date = new Date(0);
    const value = { a: null, b: [1, "is it so? yes"], c: true, d: date, e: undefined };
    expect(withoutQueries(value)).toEqual(value);
    expect(withoutQueries(value).d).toBe(date);
  });
});
