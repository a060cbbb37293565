#include "base/share.h"
#include "source/row.h"

enum { PATH_BYTES = 4096 };

enum vol_status vol_source_facts_load(struct vol_source_facts *facts, const char *fallback,
                                      struct vol_error *err)
{
    char path[PATH_BYTES];
    enum vol_status status;

    *facts = (struct vol_source_facts){0};
    if ((status = vol_share_path(fallback, "calendars", "us-options.csv", path, sizeof path, err)) !=
            VOL_OK ||
        (status = vol_calendar_load(path, &facts->markets, err)) != VOL_OK ||
        (status = vol_share_path(fallback, "calendars", "us-fed.csv", path, sizeof path, err)) != VOL_OK ||
        (status = vol_calendar_load(path, &facts->fed, err)) != VOL_OK ||
        (status = vol_share_path(fallback, "contracts", "options.csv", path, sizeof path, err)) != VOL_OK)
        return status;
    return vol_contracts_load(path, &facts->contracts, err);
}

void vol_source_facts_free(struct vol_source_facts *facts)
{
    vol_calendar_free(&facts->markets);
    vol_calendar_free(&facts->fed);
    vol_contracts_free(&facts->contracts);
}
