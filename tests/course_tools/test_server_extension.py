"""Saved by Jupyter's server as JupyterLab saves it, a notebook keeps its form on any Python."""

import json
import shutil
import tomllib
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from jupyter_client.manager import KernelManager
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from course_tools import server_extension
from course_tools.notebooks import LANGUAGE, notebook_paths
from lessons.course_map import ROOT

COURSE = [*notebook_paths(), *sorted(ROOT.glob("exercises/*/*.ipynb"))]


@pytest.fixture
def manager(tmp_path):
    """What reads and writes a server's files, with the hook of the extension."""
    manager = LargeFileManager(root_dir=str(tmp_path))
    load(manager)
    return manager


def load(manager=None):
    """Load the extension as a server does; the settings of that server's handlers."""
    settings = {"kernel_websocket_connection_class": ZMQChannelsWebsocketConnection}
    server_extension._load_jupyter_server_extension(
        SimpleNamespace(
            contents_manager=manager or LargeFileManager(), web_app=Mock(settings=settings)
        )
    )
    return settings


def save(manager, name, version):
    """Open and save as JupyterLab does, which notes the whole language of the running kernel."""
    model = manager.get(name)
    model["content"]["metadata"]["language_info"] = LANGUAGE | {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "nbconvert_exporter": "python",
        "version": version,
    }
    manager.save(model, name)


@pytest.mark.parametrize("version", ["3.11.7", "3.14.0rc1"])
def test_opened_and_saved_every_notebook_of_the_course_has_the_same_bytes(
    version, manager, tmp_path
):
    for path in COURSE:
        shutil.copy(path, tmp_path)
        save(manager, path.name, version)
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("language", [{}, {"name": "python", "version": "3.9.1"}, {"name": "R"}])
def test_a_notebook_of_another_form_is_saved_as_jupyterlab_wants(language, manager, tmp_path):
    metadata = {"language_info": language} if language else {}
    content = {"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "own.ipynb").write_text(json.dumps(content))
    save(manager, "own.ipynb", "3.13.1")
    saved = json.loads((tmp_path / "own.ipynb").read_text())
    assert saved["metadata"]["language_info"]["version"] == "3.13.1"


def test_what_has_no_form_yet_is_saved(manager, tmp_path):
    """A new notebook, a notebook on disk that is broken, another kind of file."""
    manager.new_untitled(type="notebook")
    assert "language_info" not in json.loads((tmp_path / "Untitled.ipynb").read_text())["metadata"]
    content = manager.get("Untitled.ipynb")
    (tmp_path / "Untitled.ipynb").write_text("half a noteb")
    manager.save(content, "Untitled.ipynb")
    assert manager.get("Untitled.ipynb")["content"]["cells"] == []
    manager.save({"type": "file", "format": "text", "content": "a"}, "a.txt")
    assert (tmp_path / "a.txt").read_text() == "a"


def test_messages_of_a_kernel_do_not_wait_for_the_browser(monkeypatch):
    """The socket of a page is told so before the first of them is sent."""
    done = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _: done.append("connect"))
    handler = Mock(spec=KernelWebsocketHandler, set_nodelay=done.append)
    connection = load()["kernel_websocket_connection_class"](
        parent=KernelManager(), websocket_handler=handler
    )
    connection.connect()
    assert done == [True, "connect"]


def test_servers_find_the_extension_where_the_package_is_installed():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    ((source, target),) = build["targets"]["wheel"]["shared-data"].items()
    assert target.startswith("etc/jupyter/jupyter_server_config.d/")
    extensions = json.loads((ROOT / source).read_text())["ServerApp"]["jpserver_extensions"]
    assert extensions == {server_extension.__name__: True}
    assert server_extension._jupyter_server_extension_points() == [
        {"module": "course_tools.server_extension"}
    ]
