// The dashboard API over HTTP. The only module that fetches.
//
// ApiError              the server answered with an error; code and status are the server's
// ├── SessionError      401: nobody is signed in; signIn says how to
// ├── ValidationError   422: fields maps each refused field to its message
// └── ConnectionError   no answer; code is "network" or "timeout"

const TIMEOUT_MS = 15_000;

export class ApiError extends Error {
  constructor(message, { code, status = 0 }) {
    super(message);
    this.name = this.constructor.name;
    this.code = code;
    this.status = status;
  }
}

export class SessionError extends ApiError {
  constructor(message, { signIn, ...rest }) {
    super(message, rest);
    this.signIn = signIn;
  }
}

export class ValidationError extends ApiError {
  constructor(message, { fields, ...rest }) {
    super(message, rest);
    this.fields = fields;
  }
}

export class ConnectionError extends ApiError {}

/** The client; csrfToken is asked for at each change, so that it is always the current session's. */
export function createApi({ csrfToken, fetch = globalThis.fetch.bind(globalThis) }) {
  const request = (method, path, options = {}) => send({ fetch, csrfToken, method, path, ...options });
  const conversation = (id) => `/api/conversations/${encodeURIComponent(id)}`;
  return {
    me: () => request("GET", "/api/me"),
    login: (credentials) => request("POST", "/api/login", { body: credentials }),
    logout: ({ everywhere }) => request("POST", "/api/logout", { body: { everywhere } }),
    conversations: ({ filter, query, cursor }) =>
      request("GET", `/api/conversations${queryString({ filter, q: query, cursor })}`),
    messages: (id, { before } = {}) =>
      request("GET", `${conversation(id)}/messages${queryString({ before })}`),
    changes: ({ since, conversationId, signal }) =>
      request("GET", `/api/sync${queryString({ since, conversation: conversationId })}`, { signal }),
    sendMessage: (id, clientMessageId, text) =>
      request("PUT", `${conversation(id)}/messages/${encodeURIComponent(clientMessageId)}`, {
        body: { text },
      }),
    act: (id, action) => request("POST", `${conversation(id)}/${action}`, { body: {} }),
    profile: (id) => request("GET", `/api/profile/${encodeURIComponent(id)}`),
    changeProfile: (id, changes) =>
      request("PATCH", `/api/profile/${encodeURIComponent(id)}`, { body: changes }),
    staff: () => request("GET", "/api/staff"),
    addStaff: (email) => request("PUT", `/api/staff/${encodeURIComponent(email)}`, { body: {} }),
    removeStaff: (email) => request("DELETE", `/api/staff/${encodeURIComponent(email)}`, { body: {} }),
  };
}

async function send({ fetch, csrfToken, method, path, body, signal }) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(path, {
      method,
      headers: headersFor(body, csrfToken()),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return await read(response);
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ConnectionError(String(error), { code: timeout.aborted ? "timeout" : "network" });
  }
}

function headersFor(body, token) {
  if (body === undefined) return { Accept: "application/json" };
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return token ? { ...headers, "X-CSRF-Token": token } : headers;
}

async function read(response) {
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw errorFrom(response.status, answer);
  if (answer === null)
    throw new ApiError("The answer is not JSON", { code: "server", status: response.status });
  return answer;
}

function errorFrom(status, answer) {
  const { code = codeFor(status), message = "", fields = {} } = answer?.error ?? {};
  if (status === 401) return new SessionError(message, { code, status, signIn: answer?.sign_in ?? null });
  if (status === 422) return new ValidationError(message, { code, status, fields });
  return new ApiError(message, { code, status });
}

// An error page of a proxy in front of the server has no code of its own.
function codeFor(status) {
  return { 403: "forbidden", 404: "not_found", 429: "rate_limited" }[status] ?? "server";
}

function queryString(parameters) {
  const present = Object.entries(parameters).filter(([, value]) => value);
  return present.length ? `?${new URLSearchParams(present)}` : "";
}
