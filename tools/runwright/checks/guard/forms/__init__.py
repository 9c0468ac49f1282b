"""The positive list: known-safe forms of commands, as tables. Whatever fits none of them goes to a person."""
