package aemmail;

import com.adobe.aem.analyser.AemAnalyserUtil;
import com.adobe.aem.project.ServiceType;
import com.adobe.aem.project.model.ConfigurationFile;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads configuration files, and judges the run modes of folders, as Adobe's analyser does, line by line.
 *
 * A line of standard input is {"name": file name, "file": text}, answered by {"refused": reason} or {"properties": …} with values as
 * {"type", "value"}; or {"runModes": [what follows `config.`, "" for nothing]}, answered by {"refused": reason} or
 * {"aggregates": {tier and type: [those whose configurations it gets]}}.
 */
public final class Oracle {
    private static final String DEFAULT = "(default)";

    private final Path folder;

    private Oracle(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        Oracle oracle = new Oracle(Path.of(arguments[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try (JsonReader reader = Json.createReader(new StringReader(line))) {
                out.println(oracle.answer(reader.readObject()));
                out.flush();
            }
        }
    }

    private JsonObject answer(JsonObject question) throws IOException {
        try {
            return question.containsKey("runModes") ? aggregates(question) : properties(question);
        } catch (IOException | RuntimeException error) {
            return Json.createObjectBuilder().add("refused", error.toString()).build();
        }
    }

    private JsonObject properties(JsonObject question) throws IOException {
        Path file = folder.resolve(question.getString("name"));
        Files.writeString(file, question.getString("file"));
        Dictionary<String, Object> read = new ConfigurationFile(ConfigurationFile.Location.APPS, file.toFile()).readConfiguration();
        Files.delete(file);
        if (read == null) {
            return Json.createObjectBuilder().add("refused", "no configuration").build();
        }
        JsonObjectBuilder all = Json.createObjectBuilder();
        for (String key : Collections.list(read.keys())) {
            all.add(key, typed(read.get(key)));
        }
        return Json.createObjectBuilder().add("properties", all).build();
    }

    private static JsonObject aggregates(JsonObject question) {
        Map<String, String> modes = new HashMap<>();
        for (JsonString mode : question.getJsonArray("runModes").getValuesAs(JsonString.class)) {
            String name = mode.getString().isEmpty() ? DEFAULT : mode.getString();
            modes.put(name, name);
        }
        JsonObjectBuilder all = Json.createObjectBuilder();
        AemAnalyserUtil.getAggregates(modes, EnumSet.allOf(ServiceType.class)).forEach((name, members) -> {
            JsonArrayBuilder array = Json.createArrayBuilder();
            members.forEach(member -> array.add(DEFAULT.equals(member) ? "" : member));
            all.add(name, array);
        });
        return Json.createObjectBuilder().add("aggregates", all).build();
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
