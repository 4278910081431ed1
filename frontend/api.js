// The dashboard API over HTTP. The only module that asks the server, with upload.js for files.
//
// ApiError              the server answered with an error; code and status are the server's
// ├── SessionError      401: nobody is signed in; signIn says how to
// ├── ValidationError   422: fields maps each refused field to its message
// └── ConnectionError   no answer; code is "network", "timeout" or, when it was given up here, "aborted"
import { upload } from "./upload.js";

const TIMEOUT_MS = 15_000;
const SLOW_TIMEOUT_MS = 30_000; // the server itself asks WhatsApp first

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
    sendFile: (id, clientMessageId, file) =>
      sendFile({ csrfToken, path: `${conversation(id)}/messages/${encodeURIComponent(clientMessageId)}`, ...file }),
    file: (path) => fetchFile(fetch, path),
    retryMedia: (messageId) => request("POST", `/api/media/${encodeURIComponent(messageId)}/retry`, { body: {} }),
    templates: () => request("GET", "/api/templates", { timeoutMs: SLOW_TIMEOUT_MS }),
    sendTemplate: (id, body) =>
      request("POST", `${conversation(id)}/template`, { body, timeoutMs: SLOW_TIMEOUT_MS }),
    act: (id, action) => request("POST", `${conversation(id)}/${action}`, { body: {} }),
    profile: (id) => request("GET", `/api/profile/${encodeURIComponent(id)}`),
    changeProfile: (id, changes) =>
      request("PATCH", `/api/profile/${encodeURIComponent(id)}`, { body: changes }),
    staff: () => request("GET", "/api/staff"),
    addStaff: (email) => request("PUT", `/api/staff/${encodeURIComponent(email)}`, { body: {} }),
    removeStaff: (email) => request("DELETE", `/api/staff/${encodeURIComponent(email)}`, { body: {} }),
  };
}

async function send({ fetch, csrfToken, method, path, body, signal, timeoutMs = TIMEOUT_MS }) {
  const timeout = AbortSignal.timeout(timeoutMs);
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

/** file is { file, text, onProgress, signal }. */
async function sendFile({ csrfToken, path, file, text, onProgress, signal }) {
  const form = new FormData();
  if (text) form.append("text", text);
  form.append("file", file, file.name);
  const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
  const answered = await upload({ method: "PUT", path, headers, form, signal, onProgress }).catch(({ code }) => {
    throw new ConnectionError(`The file was not sent: ${code}`, { code });
  });
  return result(answered.status, answered.answer);
}

async function fetchFile(fetch, path) {
  const response = await fetch(path, { credentials: "same-origin" }).catch((error) => {
    throw new ConnectionError(String(error), { code: "network" });
  });
  if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => null));
  return response.blob();
}

function headersFor(body, token) {
  if (body === undefined) return { Accept: "application/json" };
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return token ? { ...headers, "X-CSRF-Token": token } : headers;
}

async function read(response) {
  if (response.status === 204) return null;
  return result(response.status, await response.json().catch(() => null));
}

function result(status, answer) {
  if (status < 200 || status > 299) throw errorFrom(status, answer);
  if (answer === null) throw new ApiError("The answer is not JSON", { code: "server", status });
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
  return { 403: "forbidden", 404: "not_found", 413: "too_large", 429: "rate_limited" }[status] ?? "server";
}

function queryString(parameters) {
  const present = Object.entries(parameters).filter(([, value]) => value);
  return present.length ? `?${new URLSearchParams(present)}` : "";
}
