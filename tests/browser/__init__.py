"""The course in a real browser: JupyterLab on this machine, headless Chromium, no network."""
