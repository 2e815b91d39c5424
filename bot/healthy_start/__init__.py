"""Healthy Start: dated rates and who may get it. Source of every rule: `content/healthy_start.yml`."""
