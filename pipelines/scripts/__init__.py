"""The steps that the pipelines call: `python -m pipelines.scripts`. They need httpx, which comes with aem-mail, and nothing else."""
