"""What the course adds to Jupyter's server: notebooks keep their form, and messages do not wait.

server_extension.json, which the installed package puts among Jupyter's own files, loads this.
"""

import json
from pathlib import Path

from course_tools.notebooks import LANGUAGE


def keep_language(model, path, contents_manager, **_):
    """A hook before saving: what a notebook says of its language stays as committed.

    JupyterLab adds what the running kernel says, down to the version of its Python, and a notebook
    that was only looked at would differ from the committed one.
    """
    file = Path(contents_manager.root_dir, path)
    if model["type"] == "notebook" and file.exists():
        saved = json.loads(file.read_text(encoding="utf-8"))
        if saved["metadata"].get("language_info") == LANGUAGE:
            model["content"]["metadata"]["language_info"] = LANGUAGE


def prompt(connection_class):
    """The same class of connections to a kernel, but the browser gets each message at once.

    Otherwise a short one waits until the browser has acknowledged the one before, which takes up
    to 40 ms (Nagle's algorithm and delayed acknowledgement): a slider then feels slow.
    """

    class PromptConnection(connection_class):
        def connect(self):
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return PromptConnection


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(app):
    app.contents_manager.register_pre_save_hook(keep_language)
    settings = app.web_app.settings
    connection = "kernel_websocket_connection_class"
    settings[connection] = prompt(settings[connection])
