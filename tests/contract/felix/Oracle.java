package org.apache.felix.configadmin.plugin.interpolation;

import aemmail.Lines;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
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
        Lines.answer(new Oracle(Path.of(arguments[0]))::answer);
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
        answer.add("properties", Lines.typed(properties));
        writeSecrets(question.getJsonObject("secrets"));
        try {
            plugin(question.getJsonObject("env")).modifyConfiguration(null, properties);
            answer.add("resolved", Lines.typed(properties));
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
}
