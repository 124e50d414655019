// The view of screen.py: a canvas, and the key numbers below. painter.js, touch.js and foresight.js
// stand above, in one module.

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

    let room = 0   // asked for at each picture, the page would have to be laid out for the answer
    let picture = {lists: [], words: ""}   // the one to be seen
    const show = () => {
      if (words.textContent !== picture.words) words.textContent = picture.words
      // What is hidden, or scrolled out of a long notebook, is painted when it is seen again.
      if (!room) return
      const width = Math.min(room, wide)
      canvas.style.width = `${width}px`
      if (!model.get("seen")) {   // the kernel draws only for who is there
        model.set("seen", true)
        model.save_changes()
      }
      if (!picture.lists.length) return
      paint(canvas, picture.lists, width / wide * devicePixelRatio)
      touch(picture.lists[0])
      canvas.dataset.pictures++
    }
    const foresight = foreseeing(
      other => {
        const same = other.lists.every((list, i) => list === picture.lists[i])
        if (same && other.words === picture.words) return
        picture = other
        show()
      },
      at => model.send({foresee: at}))

    const lists = new WeakMap()   // by the file that came from the kernel
    const listOf = file => {
      if (!lists.has(file)) lists.set(file, read(file))
      return lists.get(file)
    }
    const files = () => Array.from({length: model.get("count")}, (_, i) => model.get(`layer_${i}`))
    const pictureOf = (files, words) =>
      ({words, files, lists: files.every(file => file.byteLength) ? files.map(listOf) : []})
    const told = () => {
      const [at, drawn] = [model.get("at"), files()]
      // A picture that was foreseen comes again when the kernel is there, in other files.
      const known = foresight.kept(at)
      known?.lists.forEach((list, i) => equal(known.files[i], drawn[i]) && lists.set(drawn[i], list))
      foresight.told(at, pictureOf(drawn, model.get("words")))
    }
    model.on("change", ({changed}) => "touched" in changed || told())   // a touch shows nothing yet
    model.on("msg:custom", ({at, words, changed}, buffers) => {
      const drawn = files()   // as they were when it was drawn: messages come in order
      changed.forEach((layer, i) => { drawn[layer] = buffers[i] })
      foresight.foreseen(at, pictureOf(drawn, words))
    })
    watch(model, foresight)
    let named
    const resized = new ResizeObserver(([{contentRect}]) => {
      room = Math.round(contentRect.width)
      const panel = el.closest(".demo-panel")
      if (panel && !named) {
        named = name(panel, model.get("title"), model.get("controls"))
        attend(panel, model.get("controls"), foresight)
      }
      show()
    })
    resized.observe(el)
    told()
    return () => {
      resized.disconnect()
      named?.disconnect()
      foresight.stop()
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

/** Let a foresight see where the controls stand. */
async function watch(model, foresight) {
  const controls = structuredClone(model.get("controls"))
  for (const control of Object.values(controls))
    control.model = await model.widget_manager.get_model(control.id)
  foresight.watch(controls)
}

/** Let it know which control of the panel has the focus. */
function attend(panel, controls, foresight) {
  panel.addEventListener("focusin", ({target}) =>
    foresight.attend(Object.keys(controls).find(each => target.closest(`.setting-${each}`))))
}

/** Whether two DataViews have the same bytes. */
function equal(one, other) {
  const [these, those] = [one, other].map(
    ({buffer, byteOffset, byteLength}) => new Uint8Array(buffer, byteOffset, byteLength))
  return these.length === those.length && these.every((byte, i) => byte === those[i])
}

const PLAYED = ["play or pause", "back to the start", "again and again"]

/**
 * Give a panel and its controls, by setting, their names for who hears them, and let sliders say the
 * values that they show: on its own, one that moves powers of ten says -2 for 0.01.
 */
function name(panel, title, controls) {
  set(panel, {role: "group", "aria-label": title})
  const tell = () => {
    for (const [setting, {label}] of Object.entries(controls)) {
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
