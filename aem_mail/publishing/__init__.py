"""Publishing: OSGi configurations, committed to the AEM project's Git repository, and the pipeline that deploys them.

The component runs `python -m aem_mail.publishing` through pulumi-command; everything but the component knows no Pulumi. It works on
Git's objects alone, without a work tree: no hook, filter, line-ending rule or symbolic link of a checkout can change what is committed.
"""
