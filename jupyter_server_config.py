# Read by `jupyter lab` when it is started in this folder.
c = get_config()  # noqa: F821 (Jupyter defines it)
# In a container one is often root; the server listens on this machine alone.
c.ServerApp.allow_root = True
