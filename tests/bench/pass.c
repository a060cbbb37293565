/* pass.c: the least filter there is: reads three numbers of every quote and appends one field. With `iv` as
 * its argument the field is the implied vol of the mid.
 *
 *     pass ndjson|csv [iv] < quotes
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "price/iv.h"
#include "record/reader.h"
#include "record/writer.h"

int main(int argc, char **argv)
{
    enum { BID = VOL_W_OWN, ASK, STRIKE };
    static const struct vol_want wants[] = {{"bid", false}, {"ask", false}, {"strike", false}, {"mid", true}};
    static const char *const owned[] = {"mid", NULL};
    int csv = argc > 1 && strcmp(argv[1], "csv") == 0, iv = argc > 2 && strcmp(argv[2], "iv") == 0;
    struct vol_reader_config from = {.wants = wants, .n_wants = 4};
    struct vol_writer_config to = {.fd = 1,
                                   .format = csv ? VOL_CSV : VOL_NDJSON,
                                   .csv_kind = "quote",
                                   .owned = owned,
                                   .name = "standard output"};
    struct vol_error err = {.text = ""};
    struct vol_reader *in;
    struct vol_writer *out;
    struct vol_rec rec = {.kind = NULL};
    enum vol_status status;

    if (vol_reader_new(&in, &from, NULL, 0, &err) != VOL_OK || vol_writer_new(&out, &to, &err) != VOL_OK)
        goto failed;
    while ((status = vol_reader_next(in, &rec, &err)) == VOL_OK) {
        double bid = rec.value[BID].num, ask = rec.value[ASK].num, strike = rec.value[STRIKE].num, x;

        if (!vol_rec_is(&rec, "quote")) {
            status = vol_writer_pass(out, &rec.line, &err);
        } else {
            x = 0.5 * (bid + ask);
            if (iv) {
                double vol = NAN;
                enum vol_option_type side = strike > 2940 ? VOL_CALL : VOL_PUT;

                (void)vol_iv(side, x, 2940, strike, 1, 0.1, &vol, NULL);
                x = vol;
            }
            status = vol_writer_edit(out, &rec.line, &err);
            if (status == VOL_OK) {
                vol_writer_num(out, VOL_KEY("mid"), x);
                status = vol_writer_end(out, &err);
            }
        }
        if (status != VOL_OK)
            goto failed;
    }
    if (status != VOL_END)
        goto failed;
    vol_reader_free(in);
    if (vol_writer_close(out, &err) == VOL_OK)
        return 0;
failed:
    fprintf(stderr, "pass: %s\n", err.text);
    return 70;
}
