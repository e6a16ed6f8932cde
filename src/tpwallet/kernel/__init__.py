"""The machine: one ordered journal, one writer, state as a fold of it. No business lives here."""
