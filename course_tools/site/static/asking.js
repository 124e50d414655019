"use strict";
// Questions that answer on the page. A question is a `.asked`: text, the list of its choices, and in
// their order a hidden `.reply` to each. Choices become buttons. Of `.asked-together`, the `.why` is
// shown once all are right.

for (const asked of document.querySelectorAll(".asked")) {
  const list = [...asked.querySelectorAll(":scope > ul")].at(-1);
  const replies = [...asked.querySelectorAll(":scope > .reply")];
  const told = document.createElement("div");
  told.setAttribute("role", "status");
  list.after(told);
  told.append(...replies);
  list.classList.add("choices");
  const buttons = [...list.children].map((item) => asButton(item));
  buttons.forEach((button, chosen) => button.addEventListener("click", () => {
    buttons.forEach((other, i) => other.setAttribute("aria-pressed", i === chosen));
    replies.forEach((reply, i) => { reply.hidden = i !== chosen; });
    asked.classList.toggle("answered-right", replies[chosen].classList.contains("right"));
    showWhy(asked.closest(".asked-together"));
    showPicture(asked.nextElementSibling, chosen);
  }));
}

function asButton(item) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", false);
  button.append(...(item.querySelector("p") ?? item).childNodes);
  item.replaceChildren(button);
  return button;
}

function showWhy(together) {
  const why = together?.querySelector(":scope > .why");
  if (why) why.hidden = together.querySelector(".asked:not(.answered-right)") !== null;
}

// The picture of a prediction stands folded below it; where it lives, it tries what was chosen.
function showPicture(cell, chosen) {
  if (!cell?.matches(".cell.tag_prediction")) return;
  cell.querySelector("details").open = true;
  const demo = cell.querySelector(".demo");
  if (!demo) return;
  demo.dataset.tried = chosen;
  demo.dispatchEvent(new Event("tried"));
}
