/* Enter goes to the next number instead of sending the form; without scripts, Tab does the same. */
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".entry-row input")) return;
  event.preventDefault();
  const fields = [...document.querySelectorAll(".entry-row input")];
  const next = fields[fields.indexOf(event.target) + 1];
  (next || document.querySelector(".entry .button")).focus();
});
