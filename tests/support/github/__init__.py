"""A GitHub to test against: a server that others wrote, corrected where it is milder than GitHub, and real Git.

A test takes the fixture `github_site` (or `open_site.github_site(folder)`) and holds a `site.GitHubSite`: its address,
tokens, App, Git data, faults, webhooks and what was asked. `talk` speaks with it as anybody. Why it is made so is
written in .github/decisions/0036-a-github-to-test-against.md.
"""
