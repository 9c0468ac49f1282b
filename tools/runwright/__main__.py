"""`python -m runwright` is the command `runwright`."""

from runwright.cli.start import main

if __name__ == "__main__":
    main()
