// The view of screen.py: a canvas, and the key numbers below. painter.js and touch.js stand above, in
// one module.

export default {
  render({model, el}) {
    const [wide, height] = [model.get("width"), model.get("height")]
    const canvas = Object.assign(document.createElement("canvas"), {width: wide, height})
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", model.get("alt"))
    canvas.dataset.pictures = 0   // how many it has shown
    const words = document.createElement("div")
    words.setAttribute("role", "status")   // a polite live region
    words.className = "readout"
    words.style = "white-space: pre-line; line-height: 1.6; color: var(--jp-ui-font-color1)"
    el.append(canvas, words)
    const touch = touchable(canvas, model.get("handles"), settings => {
      model.set("touched", {settings, count: 1 + (model.get("touched").count ?? 0)})
      model.save_changes()   // while one is unanswered, only the newest waits
    })

    model.on("change:seen", listen)
    model.set("seen", false)   // whatever it was, it will change

    const lists = new WeakMap()   // by the file that came from the kernel
    const listOf = file => {
      if (!lists.has(file)) lists.set(file, read(file))
      return lists.get(file)
    }
    let room = 0   // asked for at each picture, the page would have to be laid out for the answer
    const show = () => {
      if (words.textContent !== model.get("words")) words.textContent = model.get("words")
      // What is hidden, or scrolled out of a long notebook, is painted when it is seen again.
      if (!room) return
      const width = Math.min(room, wide)
      canvas.style.width = `${width}px`
      if (!model.get("seen")) {   // the kernel draws only for who is there
        model.set("seen", true)
        model.save_changes()
      }
      const files = Array.from({length: model.get("count")}, (_, i) => model.get(`layer_${i}`))
      if (!files.every(file => file.byteLength)) return
      const shown = files.map(listOf)
      paint(canvas, shown, width / wide * devicePixelRatio)
      touch(shown[0])
      canvas.dataset.pictures++
    }
    model.on("change", ({changed}) => "touched" in changed || show())   // a touch shows nothing yet
    let named
    const resized = new ResizeObserver(([{contentRect}]) => {
      room = Math.round(contentRect.width)
      const panel = el.closest(".demo-panel")
      if (panel) named ??= name(panel, model.get("title"), model.get("labels"))
      show()
    })
    resized.observe(el)
    show()
    return () => {
      resized.disconnect()
      named?.disconnect()
    }
  },
}

/**
 * Let a model hear the kernel, whatever anywidget thinks of it: where a busy page takes more than two
 * seconds to load this module, it takes the model for broken, and throws all its messages away.
 */
function listen(model) {
  const {_handle_comm_msg: handle} = Object.getPrototypeOf(model.constructor.prototype)
  model.comm?.on_msg(handle.bind(model))
}

const PLAYED = ["play or pause", "back to the start", "again and again"]

/**
 * Give a panel and its controls, by setting, their names for who hears them, and let sliders say the
 * values that they show: on its own, one that moves powers of ten says -2 for 0.01.
 */
function name(panel, title, labels) {
  set(panel, {role: "group", "aria-label": title})
  const tell = () => {
    for (const [setting, label] of Object.entries(labels)) {
      const control = panel.querySelector(`.setting-${setting}`)
      // JupyterLab would take the arrow keys, and go to another cell.
      const list = control?.querySelector("select")
      if (list) set(list, {"data-lm-suppress-shortcuts": "true"})
      const shown = control?.querySelector(".widget-readout")
      if (!shown) continue
      set(shown, {role: "textbox", "aria-label": `${label}, as a number`})
      set(control.querySelector("[role=slider]"),
        {"aria-label": label, "aria-valuetext": shown.textContent})
      const beside = control.nextElementSibling
      if (beside?.matches(".widget-play"))
        beside.querySelectorAll("button").forEach(
          (button, i) => set(button, {"aria-label": `${label}: ${PLAYED[i]}`}))
    }
  }
  const watch = new MutationObserver(tell)
  watch.observe(panel, {subtree: true, childList: true, characterData: true,
    attributeFilter: ["aria-valuetext"]})
  tell()
  return watch
}

function set(element, attributes) {
  for (const [attribute, value] of Object.entries(attributes))
    if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value)
}
