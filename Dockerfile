# The steps of docs/deployment.md: `npm run build`, then the server. No test builds this image; where a step fails, follow
# the commands of that page.
FROM node:22-bookworm AS build
WORKDIR /app
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional --omit=peer

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production PORT=3000 DATABASE_URL=file:/data/vitals.db
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "app/setup/launch.mjs", "start"]
