#include "signal/intake.h"

#include <math.h>
#include <string.h>

#include "base/time.h"

enum { HORIZON_LEAST = 20, HORIZON_MOST = 31 }; /* trading days that are taken for thirty calendar ones */

static double num(const struct vol_rec *rec, int i)
{
    return rec->value[i].type == VOL_NUMBER ? rec->value[i].num : NAN;
}

static bool is_text(const struct vol_rec *rec, int i)
{
    return rec->value[i].type == VOL_STRING;
}

/* The status of one number: what is out of its domain is counted and forgotten. */
static enum vol_status count(struct vol_intake *intake, enum vol_status status)
{
    if (status != VOL_EDATA)
        return status;
    intake->n_refused++;
    return VOL_OK;
}

static enum vol_status find(struct vol_intake *intake, const char *name, size_t len,
                            struct vol_intake_got *got, struct vol_error *err)
{
    enum vol_status status = vol_desk_find(intake->desk, name, len, &got->index, err);

    got->any = status == VOL_OK;
    return status;
}

static struct vol_panel *panel_of(const struct vol_intake *intake, const struct vol_intake_got *got)
{
    return intake->desk->entry[got->index].panel;
}

static enum vol_status sample(struct vol_intake *intake, int64_t ts, double x, struct vol_intake_got *got)
{
    enum vol_status status = vol_desk_sample(intake->desk, got->index, got->date, ts, x);

    got->sampled = status == VOL_OK;
    return count(intake, status);
}

static enum vol_status take_metrics(struct vol_intake *intake, const struct vol_rec *rec,
                                    struct vol_intake_got *got, struct vol_error *err)
{
    static const enum vol_input inputs[] = {VOL_IN_VIX,  VOL_IN_VIX9D, VOL_IN_VIX3M, VOL_IN_VIX6M,
                                            VOL_IN_VVIX, VOL_IN_RR25,  VOL_IN_IV7,   VOL_IN_IV30,
                                            VOL_IN_IV91, VOL_IN_IV182};
    const struct vol_value *name = &rec->value[VOL_INTAKE_UNDERLYING];
    enum vol_status status = find(intake, name->text, name->len, got, err);
    size_t i;

    if (status == VOL_OK && rec->value[intake->field].type == VOL_NUMBER)
        status = sample(intake, rec->ts, num(rec, intake->field), got);
    if (status != VOL_OK || panel_of(intake, got) == NULL)
        return status;
    for (i = 0; i < sizeof inputs / sizeof inputs[0] && status == VOL_OK; i++) {
        const struct vol_value *value = &rec->value[VOL_INTAKE_METRICS + i];

        if (value->type == VOL_NUMBER)
            status = count(intake,
                           vol_panel_take(panel_of(intake, got), inputs[i], got->date, rec->ts, value->num));
    }
    return status;
}

static enum vol_status take_future(const struct vol_rec *rec, struct vol_panel *panel, int32_t date)
{
    const struct vol_value *expiration = &rec->value[VOL_INTAKE_EXPIRATION];
    struct vol_future future = {.price = num(rec, VOL_INTAKE_CLOSE)};

    if (!is_text(rec, VOL_INTAKE_EXPIRATION) ||
        vol_date_parse(expiration->text, expiration->len, &future.expiration) != VOL_OK)
        return VOL_EDATA;
    return vol_panel_future(panel, date, &future);
}

static enum vol_status take_role(struct vol_intake *intake, const struct vol_rec *rec,
                                 struct vol_intake_got *got, struct vol_error *err)
{
    const struct vol_value *symbol = &rec->value[VOL_INTAKE_SYMBOL];
    struct vol_bar bar = {num(rec, VOL_INTAKE_OPEN), num(rec, VOL_INTAKE_HIGH), num(rec, VOL_INTAKE_LOW),
                          num(rec, VOL_INTAKE_CLOSE)};
    const char *underlying;
    size_t len;
    int what = vol_roles_find(intake->roles, symbol->text, symbol->len, &underlying, &len);
    enum vol_status status = find(intake, underlying, len, got, err);

    if (status != VOL_OK)
        return status;
    if (what == VOL_ROLE_FUTURE)
        return count(intake, take_future(rec, panel_of(intake, got), got->date));
    if (what == VOL_ROLE_PRICE)
        return count(intake, vol_panel_bar(panel_of(intake, got), got->date, rec->ts, &bar));
    return count(intake,
                 vol_panel_take(panel_of(intake, got), (enum vol_input)what, got->date, rec->ts, bar.close));
}

static enum vol_status take_bar(struct vol_intake *intake, const struct vol_rec *rec,
                                struct vol_intake_got *got, struct vol_error *err)
{
    const struct vol_value *symbol = &rec->value[VOL_INTAKE_SYMBOL];
    enum vol_status status = VOL_OK;
    const char *name;

    if (symbol->type != VOL_STRING)
        return VOL_OK;
    if (intake->desk->config.panels)
        status = take_role(intake, rec, got, err);
    name = intake->field_of(intake->data, symbol->text, symbol->len);
    if (status == VOL_OK && name != NULL)
        status = find(intake, name, strlen(name), got, err);
    if (status != VOL_OK || name == NULL || rec->value[VOL_INTAKE_CLOSE].type != VOL_NUMBER)
        return status;
    if (!(num(rec, VOL_INTAKE_CLOSE) > 0)) { /* no close of anything; with panels it is counted already */
        intake->n_refused += !intake->desk->config.panels;
        return VOL_OK;
    }
    return sample(intake, rec->ts, num(rec, VOL_INTAKE_CLOSE), got);
}

/* The underlying that a symbol of prices is of: forecasts, splits and dividends name the bars that they are
 * about. */
static enum vol_status find_price(struct vol_intake *intake, const struct vol_rec *rec,
                                  struct vol_intake_got *got, struct vol_error *err)
{
    const struct vol_value *name = &rec->value[VOL_INTAKE_UNDERLYING];
    const char *underlying;
    size_t len;

    if (name->type != VOL_STRING ||
        vol_roles_find(intake->roles, name->text, name->len, &underlying, &len) != VOL_ROLE_PRICE)
        return VOL_NO;
    return find(intake, underlying, len, got, err);
}

static enum vol_status take_forecast(struct vol_intake *intake, const struct vol_rec *rec,
                                     struct vol_intake_got *got, struct vol_error *err)
{
    const struct vol_value *model = &rec->value[VOL_INTAKE_MODEL];
    double horizon = num(rec, VOL_INTAKE_HORIZON), vol = num(rec, VOL_INTAKE_FORECAST_VOL);
    enum vol_status status;

    if (model->type != VOL_STRING || !(horizon >= HORIZON_LEAST && horizon <= HORIZON_MOST) || isnan(vol) ||
        (intake->forecast != NULL && !vol_value_is(model, intake->forecast)))
        return VOL_OK;
    status = find_price(intake, rec, got, err);
    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    status = vol_panel_take(panel_of(intake, got), VOL_IN_FORECAST, got->date, rec->ts, vol);
    if (status == VOL_OK)
        vol_panel_forecast_model(panel_of(intake, got), model->text, model->len);
    return count(intake, status);
}

/* A split or a dividend. */
static enum vol_status take_action(struct vol_intake *intake, const struct vol_rec *rec, bool split,
                                   struct vol_intake_got *got, struct vol_error *err)
{
    const struct vol_value *ex_date = &rec->value[VOL_INTAKE_EX_DATE];
    enum vol_status status = find_price(intake, rec, got, err);
    int32_t date;

    if (status != VOL_OK)
        return status == VOL_NO ? VOL_OK : status;
    if (ex_date->type != VOL_STRING || vol_date_parse(ex_date->text, ex_date->len, &date) != VOL_OK)
        return count(intake, VOL_EDATA);
    return count(intake,
                 split ? vol_days_split(&panel_of(intake, got)->days, date, num(rec, VOL_INTAKE_RATIO))
                       : vol_days_dividend(&panel_of(intake, got)->days, date, num(rec, VOL_INTAKE_AMOUNT)));
}

static enum vol_status take_quote(struct vol_intake *intake, const struct vol_rec *rec,
                                  struct vol_intake_got *got, struct vol_error *err)
{
    const struct vol_value *name = &rec->value[VOL_INTAKE_UNDERLYING],
                           *type = &rec->value[VOL_INTAKE_OPTION_TYPE];
    enum vol_status status;

    if (name->type != VOL_STRING || type->type != VOL_STRING)
        return VOL_OK;
    status = find(intake, name->text, name->len, got, err);
    if (status == VOL_OK)
        vol_panel_option(panel_of(intake, got), rec->ts, vol_value_is(type, "C"), num(rec, VOL_INTAKE_DELTA),
                         num(rec, VOL_INTAKE_GAMMA), num(rec, VOL_INTAKE_OPEN_INTEREST),
                         num(rec, VOL_INTAKE_MULTIPLIER), num(rec, VOL_INTAKE_UNDERLYING_PRICE));
    return status;
}

enum vol_status vol_intake_take(struct vol_intake *intake, const struct vol_rec *rec,
                                struct vol_intake_got *got, struct vol_error *err)
{
    const struct vol_desk_config *config = &intake->desk->config;
    int32_t seconds;

    *got = (struct vol_intake_got){.any = false};
    if (vol_rec_is(rec, "quote")) {
        if ((config->mask >> VOL_MODEL_GAMMA & 1) == 0)
            return VOL_OK;
        return take_quote(intake, rec, got, err);
    }
    vol_time_to_new_york(rec->ts, &got->date, &seconds);
    if (vol_rec_is(rec, "metrics"))
        return rec->value[VOL_INTAKE_UNDERLYING].type == VOL_STRING ? take_metrics(intake, rec, got, err)
                                                                    : VOL_OK;
    if (vol_rec_is(rec, "bar"))
        return take_bar(intake, rec, got, err);
    if (!config->panels)
        return VOL_OK;
    if (vol_rec_is(rec, "forecast"))
        return take_forecast(intake, rec, got, err);
    if (vol_rec_is(rec, "split") || vol_rec_is(rec, "dividend"))
        return take_action(intake, rec, vol_rec_is(rec, "split"), got, err);
    return VOL_OK;
}
