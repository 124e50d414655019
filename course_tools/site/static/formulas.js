"use strict";
// A formula wider than the page scrolls, so the keyboard has to reach it.

const letKeyboardScroll = () => {
  for (const formula of document.querySelectorAll("mjx-container[display]")) {
    formula.toggleAttribute("tabindex", formula.scrollWidth > formula.clientWidth);
    if (formula.hasAttribute("tabindex")) formula.tabIndex = 0;
  }
};
addEventListener("load", () => window.MathJax?.startup.promise.then(letKeyboardScroll));
addEventListener("resize", letKeyboardScroll);
