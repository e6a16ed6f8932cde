"""`python -m tpwallet.lab.sim`: the same as `tpwallet sim`."""

from tpwallet.lab.cli import sim

if __name__ == "__main__":
    sim()
