// What the browser says of a passkey is shown in our words, beside the button that was pressed.
"use strict";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.querySelector("#passkey-said");
  if (said) said.hidden = false;
});
