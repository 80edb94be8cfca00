// Makes the filing pages work without a connection, and says what still waits in this browser.
import { waiting } from "./store.js";

export async function install(address) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(address, { scope: "/filing/" });
    const { active } = await navigator.serviceWorker.ready;
    const used = performance.getEntriesByType("resource").map((one) => one.name).filter((url) => url.includes("/static/"));
    active.postMessage({ keep: [location.pathname, ...new Set(used)] });
  } catch {
    // Without it the page works as long as the line does.
  }
}

const listing = document.querySelector("[data-worker]");
if (listing) {
  install(listing.dataset.worker);
  const told = document.querySelector("#unsent");
  const n = waiting(listing.dataset.who);
  if (n) {
    told.textContent = told.dataset.words.replace("{n}", n);
    told.hidden = false;
  }
}
