"""Write the oracles anew; needs torch and optax, of whatever version is to be recorded.

python -m tests.oracles.make_oracles
"""

from . import saved

if __name__ == "__main__":
    for peer in ("torch", "optax"):
        saved.write(peer)
        size = saved.path(peer).stat().st_size
        print(f"{saved.path(peer).name}: {size} bytes, {saved.versions(peer)}")
