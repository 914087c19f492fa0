"""The steps that the pipelines of GitHub and GitLab call, `python -m aem_mail.pipelines`: they come with the package, fixes included."""
