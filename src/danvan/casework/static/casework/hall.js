// Renews the hall's screen without a flash; what cannot be fetched now is fetched a little later.
"use strict";
setInterval(async () => {
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "hall" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    const old = document.querySelector("main");
    if (fresh && fresh.innerHTML !== old.innerHTML) old.replaceWith(fresh);
  } catch { /* the line is gone: the old page stays */ }
}, 5000);
