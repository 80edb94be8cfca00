// A due day leads to its line below: the month that holds it is opened first. Without a script it is opened by hand.
addEventListener("hashchange", show);
show();
function show() {
  const line = location.hash.startsWith("#due-") && document.getElementById(location.hash.slice(1));
  const month = line && line.closest("details");
  if (month && !month.open) {
    month.open = true;
    line.scrollIntoView();
  }
}
