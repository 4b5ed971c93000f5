// Requests of our own scripts. The token stands in <body>, because its cookie is HttpOnly.

export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
}

/** POST and read the JSON answer; a refusal throws an Error whose message is for the person. */
export async function postJson(url, data = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    body: new URLSearchParams(data),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok && !response.redirected) return answer;
  throw Object.assign(new Error(answer.detail ?? ""), { status: response.status, code: answer.code, answer });
}
