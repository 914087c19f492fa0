"""Where the steps of the pipelines were: they are `aem_mail.pipelines` now, and pipelines that name this go on."""
