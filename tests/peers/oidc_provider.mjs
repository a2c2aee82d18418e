// npm's oidc-provider with people that the test sets, a page to choose one on, and an EPD's FHIR server beside it (SMART).
// node oidc_provider.mjs WEB_FOLDER PORT CONFIG; CONFIG: {clients, keys}.
// POST /control {people, tamper, patients, launches, record}.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [web, port, config] = process.argv.slice(2);
const require = createRequire(`${web}/package.json`);
const { Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));
const jose = await import(pathToFileURL(require.resolve("jose")));

const { clients, keys } = JSON.parse(readFileSync(config, "utf8"));
const issuer = `http://127.0.0.1:${port}`;
const state = { people: {}, tamper: null, patients: {}, launches: {}, record: null, launch: "", asked: [] };
const SCOPES = ["openid", "profile", "launch", "fhirUser", "patient/Patient.read"];

const provider = new Provider(issuer, {
  clients,
  jwks: { keys },
  scopes: SCOPES,
  claims: {
    acr: null,
    amr: null,
    auth_time: null,
    iss: null,
    openid: ["sub", "name", "preferred_username", "roles", "locale", "amr", "acr", "department", "fhirUser"],
  },
  acrValues: ["password", "card"],
  conformIdTokenClaims: false,
  extraParams: ["launch", "aud"],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...state.people[id]?.claims }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope(SCOPES.join(" "));
    await grant.save();
    return grant;
  },
  cookies: { keys: ["of the tests"] },
});

/** An ID token made otherwise than the provider does: other claims, another key, another algorithm. */
async function altered(token, { claims = {}, key, alg, kid, drop = [] }) {
  const payload = { ...jose.decodeJwt(token), ...claims };
  for (const name of drop) delete payload[name];
  if (alg === "none") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none" })}.${part(payload)}.`;
  }
  const header = { alg: alg ?? "RS256", kid: kid ?? keys[0].kid };
  const secret = alg?.startsWith("HS")
    ? new TextEncoder().encode(clients[0].client_secret)
    : await jose.importJWK(key ?? keys[0], header.alg);
  return new jose.SignJWT(payload).setProtectedHeader(header).sign(secret);
}

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

function page(uid) {
  const rows = Object.entries(state.people).map(
    ([id, one]) =>
      `<form method="post" action="/interaction/${uid}"><button name="as" value="${id}">${one.claims.name ?? id}</button></form>`,
  );
  return `<!doctype html><html lang="nl"><title>Ziekenhuis</title><h1>Aanmelden bij het ziekenhuis</h1>${rows.join("")}
    <form method="post" action="/interaction/${uid}"><button name="as" value="">Annuleren</button></form></html>`;
}

/** SMART's configuration, and Patient/id for whoever holds a token that may read it; `record` answers otherwise. */
async function fhir(ctx, path) {
  if (path === ".well-known/smart-configuration") {
    ctx.body = {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      code_challenge_methods_supported: ["S256"],
      capabilities: ["launch-ehr", "sso-openid-connect", "context-ehr-patient", "client-public"],
    };
    return;
  }
  state.asked.push(path);
  const token = await provider.AccessToken.find(ctx.get("authorization").replace(/^Bearer /, ""));
  const patient = state.patients[path.split("/")[1]];
  const may = token?.scopes.has("patient/Patient.read");
  const told = state.record ?? {};
  ctx.status = told.status ?? (may ? (patient ? 200 : 404) : 401);
  ctx.body = told.body ?? JSON.stringify(ctx.status === 200 ? patient : { resourceType: "OperationOutcome" });
  ctx.type = told.type ?? "application/fhir+json";
  if (told.location) ctx.set("location", told.location);
  if (told.cut) ctx.req.socket.destroy();
}

provider.use(async (ctx, next) => {
  const path = ctx.path;
  if (path === "/control") {
    Object.assign(state, JSON.parse((await body(ctx.req)) || "{}"));
    ctx.body = { asked: state.asked };
    return;
  }
  if (path.startsWith("/interaction/")) {
    if (ctx.method === "GET") {
      ctx.type = "html";
      ctx.body = page(path.split("/")[2]);
      return;
    }
    const as = new URLSearchParams(await body(ctx.req)).get("as");
    const { acr, amr } = state.people[as] ?? {};
    const result = as ? { login: { accountId: as, acr, amr } } : { error: "access_denied", error_description: "no" };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
    ctx.status = 303;
    return;
  }
  if (path.startsWith("/fhir/")) return fhir(ctx, path.slice("/fhir/".length));
  if (path === "/auth" && "launch" in ctx.query) {
    const { launch, aud } = ctx.query;
    ctx.assert(aud === `${issuer}/fhir` && launch in state.launches, 400, "not a launch of this EPD");
    state.launch = launch;
  }
  await next();
  if (path !== "/token" || ctx.status !== 200 || !ctx.body?.id_token) return;
  if (state.tamper) ctx.body.id_token = await altered(ctx.body.id_token, state.tamper);
  if (ctx.body.scope?.split(" ").includes("launch")) ctx.body = { ...ctx.body, ...state.launches[state.launch] };
});

provider.listen(Number(port), "127.0.0.1");
