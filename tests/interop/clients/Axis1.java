import java.net.URL;
import javax.xml.namespace.QName;
import org.apache.axis.client.Call;
import org.apache.axis.client.Service;

/** Axis 1.4 calls Echo("plop") through the WSDL and prints what came back. */
public class Axis1 {
    public static void main(String[] args) throws Exception {
        Service service = new Service(new URL(args[0]), new QName("urn:ZSI", "EchoServer"));
        Call call = (Call) service.createCall(
            new QName("urn:ZSI", "EchoServer"), new QName("urn:ZSI", "Echo"));
        System.out.println(call.invoke(new Object[] {"plop"}));
    }
}
