package org.apache.felix.configadmin.plugin.interpolation;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.List;
import org.apache.felix.cm.impl.CaseInsensitiveDictionary;
import org.apache.felix.cm.json.io.Configurations;

/**
 * Reads one configuration file as Felix does and resolves its placeholders with the real plug-in, line by line.
 *
 * A line of standard input is {"file": text, "env": {name: value}, "secrets": {name: value}}; its answer is
 * {"refused": reason} or {"properties": …} with {"resolved": …} or {"failed": reason}. Values are {"type", "value"}.
 * It lives in the plug-in's package, because the look-up of environment variables cannot be replaced from elsewhere.
 */
public final class Oracle {
    private final Path secretsDirectory;

    private Oracle(Path secretsDirectory) {
        this.secretsDirectory = secretsDirectory;
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
        JsonObjectBuilder answer = Json.createObjectBuilder();
        Dictionary<String, Object> properties;
        try {
            StringReader file = new StringReader(question.getString("file"));
            Dictionary<String, Object> read = Configurations.buildReader().build(file).readConfiguration();
            if (read == null) {
                return answer.add("refused", "the reader returned no configuration").build();
            }
            // ConfigurationAdmin hands this kind of dictionary to its plug-ins; its order decides what $[conf:…] sees.
            properties = new CaseInsensitiveDictionary(read);
        } catch (IOException | RuntimeException error) {
            return answer.add("refused", error.toString()).build();
        }
        answer.add("properties", typed(properties));
        writeSecrets(question.getJsonObject("secrets"));
        try {
            plugin(question.getJsonObject("env")).modifyConfiguration(null, properties);
            answer.add("resolved", typed(properties));
        } catch (RuntimeException error) {
            answer.add("failed", error.toString());
        }
        return answer.build();
    }

    private InterpolationConfigurationPlugin plugin(JsonObject environment) {
        return new InterpolationConfigurationPlugin(name -> null, secretsDirectory.toString(), "UTF-8") {
            @Override
            String getVariableFromEnvironment(String name) {
                return environment.getString(name, null);
            }
        };
    }

    private void writeSecrets(JsonObject secrets) throws IOException {
        try (var files = Files.newDirectoryStream(secretsDirectory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        for (String name : secrets.keySet()) {
            Files.writeString(secretsDirectory.resolve(name), secrets.getString(name));
        }
    }

    private static JsonObject typed(Dictionary<String, Object> properties) {
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
