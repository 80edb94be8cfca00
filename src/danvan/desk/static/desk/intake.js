// Files on their way in: read in small steps from here, whether or not a worker reads as well; what is done shows.

const box = document.querySelector("#intake");
const PAUSE = 1000; // ms between two looks, and between two steps that found nothing
let reading = false;

const left = () => Number(box.querySelector("#progress").dataset.left);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function read() {
  const form = box.querySelector("#progress form");
  if (reading || !form) return;
  reading = true;
  try {
    await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Part": "1" }, redirect: "manual" });
  } catch {
    await wait(PAUSE); // the line is away: what waits is kept
  }
  reading = false;
}

async function look() {
  try {
    const response = await fetch(location.href, { headers: { "X-Part": "1" }, redirect: "manual" });
    if (response.ok) box.innerHTML = await response.text();
    else if (response.type === "opaqueredirect" || response.status === 403) location.reload();
  } catch {
    // looked again in a moment
  }
}

while (left() > 0) {
  read();
  await wait(PAUSE);
  await look();
}
