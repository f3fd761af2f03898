"""The only room that talks to the world: plan, ledger, send loop."""
