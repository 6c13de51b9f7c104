# .ci/run performs these steps without Docker (scripts/rehearse-dockerfile.mjs), so each RUN is a plain command that
# needs nothing but Node and the folder it works in.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY widget/sdk-types widget/sdk-types
RUN npm ci
COPY . .
RUN npm run build -- server
RUN npm ci --omit=dev
RUN node scripts/prune.mjs
RUN mkdir data

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=data
COPY --from=build /app/package.json package.json
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/server dist/server
COPY --from=build /app/scripts/healthcheck.mjs scripts/healthcheck.mjs
COPY --from=build --chown=node:node /app/data data
USER node
EXPOSE 3000
VOLUME /app/data
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
CMD ["node", "--enable-source-maps", "dist/server/main.js"]
