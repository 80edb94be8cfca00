// What was sent needs no draft any more.
"use strict";
try { localStorage.removeItem("danvan-draft"); } catch { /* nothing kept */ }
