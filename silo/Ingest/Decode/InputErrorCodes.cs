namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Every code an input can be refused with. Stable: they are stored with dead letters and answered over HTTP. docs/input-errors.md explains each.
/// </summary>
internal static class InputErrorCodes
{
    // The message as a whole.
    public const string MessageEmpty = "message_empty";
    public const string MessageTooLarge = "message_too_large";
    public const string GzipInvalid = "gzip_invalid";
    public const string TooManyErrors = "too_many_errors";

    // The text of one event.
    public const string JsonInvalid = "json_invalid";
    public const string Utf8Invalid = "utf8_invalid";
    public const string EventNotObject = "event_not_object";
    public const string EventTooLarge = "event_too_large";
    public const string NestingTooDeep = "nesting_too_deep";

    // The envelope.
    public const string EnvelopeFieldUnknown = "envelope_field_unknown";
    public const string ProjectMissing = "project_missing";
    public const string ProjectInvalid = "project_invalid";
    public const string ProjectReserved = "project_reserved";
    public const string MetricMissing = "metric_missing";
    public const string MetricInvalid = "metric_invalid";
    public const string TimeInvalid = "time_invalid";
    public const string TimeOutOfRange = "time_out_of_range";
    public const string IdInvalid = "id_invalid";
    public const string IdTooLong = "id_too_long";
    public const string FieldsNotObject = "fields_not_object";

    // The fields.
    public const string FieldsTooMany = "fields_too_many";
    public const string FieldNameInvalid = "field_name_invalid";
    public const string FieldNameReserved = "field_name_reserved";
    public const string FieldDuplicate = "field_duplicate";
    public const string StringTooLong = "string_too_long";
    public const string ArrayTooLong = "array_too_long";
    public const string NumberOutOfRange = "number_out_of_range";

    // The row.
    public const string RowRefused = "row_refused";

    // The replay.
    public const string MappingMissing = "mapping_missing";
}
