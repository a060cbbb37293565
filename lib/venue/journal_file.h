/* journal_file.h: what journal.c and journal_read.c share. Private to lib/venue. */
#ifndef VOL_VENUE_JOURNAL_FILE_H
#define VOL_VENUE_JOURNAL_FILE_H

#include <sqlite3.h>

#include "book/contract.h"

struct vol_journal {
    sqlite3 *db;
    char *path;
    int lock; /* descriptor of the lock file, -1 */
    char account[VOL_NAME_MAX];
};

#endif
