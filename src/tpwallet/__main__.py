"""`python -m tpwallet`: the command line, as `tpwallet` is."""

from tpwallet.faces.cli.main import main

if __name__ == "__main__":
    main()
