/* The log channel: alerts for people, a line each, in a file that any log reader follows. */
#include "base/buf.h"
#include "base/file.h"
#include "base/time.h"
#include "notify/channel.h"

static bool is_on(const struct vol_channel_config *config)
{
    return config->log_path != NULL;
}

static enum vol_status check(const struct vol_channel_config *config, struct vol_error *err)
{
    return vol_file_append_line(config->log_path, "", 0, err);
}

static enum vol_status send_line(const struct vol_channel_config *config, const struct vol_alert *alert,
                                 struct vol_error *err)
{
    struct vol_buf line = VOL_BUF_INIT;
    char ts[VOL_TIME_MAX];
    enum vol_status status;
    size_t i;

    vol_time_print(ts, alert->as_of);
    status = vol_buf_addf(&line, "%s %s %s %s %s", ts, alert->severity, alert->rule,
                          alert->symbol[0] != '\0' ? alert->symbol : "-", alert->message);
    if (status == VOL_OK) {
        /* One alert is one line, whatever is in the record. */
        for (i = 0; i < line.len; i++)
            if ((unsigned char)line.data[i] < 0x20 || line.data[i] == 0x7f)
                line.data[i] = ' ';
        status = vol_buf_add_char(&line, '\n');
    }
    if (status != VOL_OK)
        vol_error_set(err, status, "out of memory");
    else
        status = vol_file_append_line(config->log_path, line.data, line.len, err);
    vol_buf_free(&line);
    return status;
}

const struct vol_channel vol_channel_log = {"log", is_on, check, send_line};
