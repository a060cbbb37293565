/* stream_deribit.h: between the conversation with Deribit and its data. Private to lib/source. */
#ifndef VOL_SOURCE_STREAM_DERIBIT_H
#define VOL_SOURCE_STREAM_DERIBIT_H

#include "source/stream_vendor.h"

enum vol_deribit_channel {
    DERIBIT_TICKER,
    DERIBIT_QUOTE,
    DERIBIT_BOOK,    /* in increments */
    DERIBIT_GROUPED, /* whole each time */
    DERIBIT_DVOL,
    DERIBIT_INDEX,
    DERIBIT_MARKS /* of all options of a currency */
};

/* Read a notification into ticks. False: it is none (an answer, a heartbeat), nothing was done. */
bool vol_stream_deribit_take(struct vol_stream *stream, const char *text, size_t n);

/* The book of CHANNEL is not to be trusted: begin anew. */
void vol_stream_deribit_resubscribe(struct vol_stream *stream, struct vol_channel *channel);

#endif
