package aemmail;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.List;

/** How every judge is asked: a JSON object a line, answered by one; values of a configuration are {"type", "value"}. */
public final class Lines {
    /** Answers one question. */
    public interface Judge {
        JsonObject answer(JsonObject question) throws IOException;
    }

    private Lines() {
    }

    /** Answers each line of standard input. */
    public static void answer(Judge judge) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try (JsonReader reader = Json.createReader(new StringReader(line))) {
                out.println(judge.answer(reader.readObject()));
                out.flush();
            }
        }
    }

    /** Returns the properties of a configuration with their types. */
    public static JsonObject typed(Dictionary<String, Object> properties) {
        JsonObjectBuilder all = Json.createObjectBuilder();
        for (String key : Collections.list(properties.keys())) {
            all.add(key, typed(properties.get(key)));
        }
        return all.build();
    }

    private static JsonValue typed(Object value) {
        JsonObjectBuilder typed = Json.createObjectBuilder();
        if (value instanceof Collection) {
            return typed.add("type", "Collection").add("value", elements((Collection<?>) value)).build();
        }
        typed.add("type", value.getClass().getSimpleName());
        if (value.getClass().isArray()) {
            List<Object> boxed = new ArrayList<>();
            for (int index = 0; index < Array.getLength(value); index++) {
                boxed.add(Array.get(value, index));
            }
            return typed.add("value", elements(boxed)).build();
        }
        return typed.add("value", String.valueOf(value)).build();
    }

    private static JsonArrayBuilder elements(Collection<?> values) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        values.forEach(each -> array.add(typed(each)));
        return array;
    }
}
